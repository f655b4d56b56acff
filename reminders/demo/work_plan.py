"""The work plan of a working group of the Inter-American Agency for Cooperation and Development, in our words.

Public facts of the plan that was presented on 22 June 2022; its dates are as vague as the plan has them, and
who does what was left to the Management Board, so nothing has an owner yet.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from directory.texts import LocalText, local
from reminders.deadlines import Deadline
from reminders.vague import VagueDate
from reminders.workplans import Measure, TimelineStep, Timing, WorkPlan

KEY: Final = "iacd-wg3-2022"
_NETWORK: Final = "OAS"


def _due(text: LocalText, timing: Timing, when: str) -> TimelineStep:
    """A step that somebody has to have done by its date."""
    due = VagueDate.of_code(when)
    return TimelineStep(text, timing, due, Deadline(0, _NETWORK, text, due))


def _from(text: LocalText, when: str) -> TimelineStep:
    return TimelineStep(text, Timing.FROM, VagueDate.of_code(when))


IACD_WORK_PLAN: Final = WorkPlan(
    KEY,
    _NETWORK,
    local(
        en="Work plan of Working Group 3 of the IACD",
        es="Plan de trabajo del Grupo de Trabajo 3 de la AICD",
        fr="Plan de travail du Groupe de travail 3 de l'AICD",
        pt="Plano de trabalho do Grupo de Trabalho 3 da AICD",
    ),
    "iacd",
    local(
        en="Working Group 3",
        es="Grupo de Trabajo 3",
        fr="Groupe de travail 3",
        pt="Grupo de Trabalho 3",
    ),
    local(
        en="Position the agency in the landscape of international development cooperation.",
        es="Posicionar a la agencia en el panorama de la cooperación internacional para el desarrollo.",
        fr="Situer l'agence dans le paysage de la coopération internationale pour le développement.",
        pt="Posicionar a agência no panorama da cooperação internacional para o desenvolvimento.",
    ),
    local(
        en="Strengthen the ways in which its Management Board works with outside actors and member states.",
        es="Fortalecer los métodos de trabajo de su Junta Directiva con actores externos y Estados miembros.",
        fr="Renforcer les méthodes de travail de son conseil d'administration avec les acteurs extérieurs et les États membres.",
        pt="Fortalecer os métodos de trabalho da sua Junta Diretora com atores externos e Estados-membros.",
    ),
    date(2022, 6, 22),
    (
        Measure(
            1,
            local(
                en="Run a pilot that coordinates cooperation with the Ibero-American General Secretariat (SEGIB) and Mercosur.",
                es="Realizar un piloto de coordinación de la cooperación con la Secretaría General Iberoamericana (SEGIB) y el Mercosur.",
                fr="Mener un projet pilote de coordination de la coopération avec le Secrétariat général ibéro-américain (SEGIB) et le Mercosur.",
                pt="Realizar um piloto de coordenação da cooperação com a Secretaria-Geral Ibero-Americana (SEGIB) e o Mercosul.",
            ),
            local(
                en="A pilot work plan, bridges that transfer knowledge, and a stronger role of the agency.",
                es="Un plan de trabajo piloto, puentes para transferir conocimientos y un papel más fuerte de la agencia.",
                fr="Un plan de travail pilote, des passerelles de transfert de connaissances et un rôle renforcé de l'agence.",
                pt="Um plano de trabalho piloto, pontes de transferência de conhecimento e um papel mais forte da agência.",
            ),
            (
                _due(
                    local(
                        en="First contacts with SEGIB and Mercosur",
                        es="Primeros contactos con la SEGIB y el Mercosur",
                        fr="Premiers contacts avec le SEGIB et le Mercosur",
                        pt="Primeiros contatos com a SEGIB e o Mercosul",
                    ),
                    Timing.WITHIN,
                    "2022-S2",
                ),
                _due(
                    local(
                        en="Official link with SEGIB and Mercosur",
                        es="Vínculo oficial con la SEGIB y el Mercosur",
                        fr="Lien officiel avec le SEGIB et le Mercosur",
                        pt="Vínculo oficial com a SEGIB e o Mercosul",
                    ),
                    Timing.WITHIN,
                    "2023-Q1",
                ),
            ),
        ),
        Measure(
            2,
            local(
                en="Give precise guidelines for approaching other regional and international cooperation bodies.",
                es="Establecer pautas precisas para acercarse a otros organismos regionales e internacionales de cooperación.",
                fr="Établir des lignes directrices précises pour l'approche d'autres organismes régionaux et internationaux de coopération.",
                pt="Estabelecer diretrizes precisas para a aproximação a outros organismos regionais e internacionais de cooperação.",
            ),
            local(
                en="Clear guidelines, drawn from the states' needs and the ministerial principles: how and on what conditions to make contact, or not.",
                es="Pautas claras, derivadas de las necesidades de los Estados y de los principios ministeriales: cómo y en qué condiciones establecer contacto, o no.",
                fr="Des lignes directrices claires, tirées des besoins des États et des principes ministériels : comment et à quelles conditions prendre contact, ou non.",
                pt="Diretrizes claras, derivadas das necessidades dos Estados e dos princípios ministeriais: como e em que condições fazer contato, ou não.",
            ),
            (
                _due(
                    local(
                        en="Consultations on the guidelines",
                        es="Consultas sobre las pautas",
                        fr="Consultations sur les lignes directrices",
                        pt="Consultas sobre as diretrizes",
                    ),
                    Timing.WITHIN,
                    "2022-S2",
                ),
                _due(
                    local(
                        en="Guidelines document",
                        es="Documento de pautas",
                        fr="Document des lignes directrices",
                        pt="Documento de diretrizes",
                    ),
                    Timing.WITHIN,
                    "2023-01",
                ),
            ),
        ),
        Measure(
            3,
            local(
                en="Make internal reports shorter and better targeted.",
                es="Elaborar informes internos más breves y mejor orientados.",
                fr="Rendre les rapports internes plus courts et mieux ciblés.",
                pt="Tornar os relatórios internos mais curtos e mais bem direcionados.",
            ),
            local(
                en="Summaries for the states: concise, usable, with the data that matter.",
                es="Resúmenes para los Estados: concisos, utilizables y con los datos pertinentes.",
                fr="Des résumés pour les États : concis, utilisables, avec les données pertinentes.",
                pt="Resumos para os Estados: concisos, utilizáveis e com os dados pertinentes.",
            ),
            (
                _from(
                    local(
                        en="Shorter reports",
                        es="Informes más breves",
                        fr="Rapports plus courts",
                        pt="Relatórios mais curtos",
                    ),
                    "2022-Q4",
                ),
            ),
        ),
        Measure(
            4,
            local(
                en="Give the agency's work better public visibility.",
                es="Dar mayor visibilidad pública al trabajo de la agencia.",
                fr="Donner au travail de l'agence une meilleure visibilité publique.",
                pt="Dar maior visibilidade pública ao trabalho da agência.",
            ),
            local(
                en="Diagrams and other visuals for the public and for outside partners.",
                es="Diagramas y otros materiales visuales para el público y los socios externos.",
                fr="Des schémas et d'autres supports visuels pour le public et les partenaires extérieurs.",
                pt="Diagramas e outros materiais visuais para o público e os parceiros externos.",
            ),
            (
                _from(
                    local(
                        en="Visual materials",
                        es="Materiales visuales",
                        fr="Supports visuels",
                        pt="Materiais visuais",
                    ),
                    "2022-Q4",
                ),
            ),
        ),
        Measure(
            5,
            local(
                en="Strengthen CooperaNet as the place to exchange experience and to match offer and demand.",
                es="Fortalecer CooperaNet como espacio para intercambiar experiencias y conciliar oferta y demanda.",
                fr="Renforcer CooperaNet comme lieu d'échange d'expériences et de rapprochement de l'offre et de la demande.",
                pt="Fortalecer a CooperaNet como espaço de troca de experiências e de aproximação entre oferta e demanda.",
            ),
            local(
                en="A campaign among the states, and a continental tool that matches offers and demands.",
                es="Una campaña entre los Estados y una herramienta continental que concilie ofertas y demandas.",
                fr="Une campagne auprès des États et un outil continental qui rapproche offres et demandes.",
                pt="Uma campanha entre os Estados e uma ferramenta continental que aproxime ofertas e demandas.",
            ),
            (
                TimelineStep(
                    local(
                        en="Use and upkeep of CooperaNet",
                        es="Uso y mantenimiento de CooperaNet",
                        fr="Utilisation et tenue à jour de CooperaNet",
                        pt="Uso e manutenção da CooperaNet",
                    ),
                    Timing.CONSTANT,
                ),
                _due(
                    local(
                        en="Activities to make CooperaNet known",
                        es="Actividades de difusión de CooperaNet",
                        fr="Activités pour faire connaître CooperaNet",
                        pt="Atividades de divulgação da CooperaNet",
                    ),
                    Timing.WITHIN,
                    "2022-S2",
                ),
                _due(
                    local(
                        en="All authorities have entered the information of all states in CooperaNet",
                        es="Todas las autoridades han ingresado en CooperaNet la información de todos los Estados",
                        fr="Toutes les autorités ont saisi dans CooperaNet les informations de tous les États",
                        pt="Todas as autoridades inseriram na CooperaNet as informações de todos os Estados",
                    ),
                    Timing.BY,
                    "2023-01",
                ),
            ),
        ),
    ),
)
