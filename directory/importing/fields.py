"""The columns that an import knows and an export writes, and the headings they go by in four languages."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final


class ImportKind(enum.StrEnum):
    """What a file lists."""

    FOCAL_POINTS = "focal-points"
    PROJECTS = "projects"


#: The fields of each kind, in the order in which an export writes them.
FIELDS: Final[Mapping[ImportKind, tuple[str, ...]]] = {
    ImportKind.FOCAL_POINTS: (
        "network",
        "country",
        "institution",
        "post",
        "area",
        "standing",
        "name",
        "given_name",
        "family_name",
        "email",
        "phone",
        "mobile",
        "handle",
        "languages",
        "time_zone",
        "since",
        "until",
        "reference",
        "letter_on",
        "person_key",
        "post_key",
    ),
    ImportKind.PROJECTS: (
        "code",
        "title",
        "network",
        "status",
        "starts_on",
        "ends_on",
        "country",
        "city",
        "budget",
        "currency",
        "programme",
        "priority_sector",
        "general_objective",
        "context",
        "justification",
        "responsible",
        "executing",
        "beneficiary",
        "donor",
        "source",
    ),
}

#: Fields whose text has a language; an export writes a column a language (``title (es)``).
LOCAL: Final = frozenset(
    (
        "post",
        "area",
        "title",
        "city",
        "programme",
        "priority_sector",
        "general_objective",
        "context",
        "justification",
        "source",
    )
)

#: Of each of these one must be there.
REQUIRED: Final[Mapping[ImportKind, tuple[tuple[str, ...], ...]]] = {
    ImportKind.FOCAL_POINTS: (("name", "family_name", "given_name"), ("country", "institution", "post_key")),
    ImportKind.PROJECTS: (("code",),),
}

_W = Mapping[str, Mapping[str, tuple[str, ...]]]
#: Headings by field and language; case, accents and punctuation do not count.
WORDS: Final[_W] = {
    "network": {
        "en": ("network", "organisation", "organization", "body"),
        "es": ("red", "organismo"),
        "fr": ("réseau", "organisme"),
        "pt": ("rede", "organismo"),
    },
    "country": {
        "en": (
            "country",
            "state",
            "member state",
            "nation",
            "country name",
            "member",
            "country or territory",
        ),
        "es": ("país", "estado", "estado miembro", "nación", "país miembro"),
        "fr": ("pays", "état", "état membre", "pays membre"),
        "pt": ("país", "estado", "estado membro", "país membro"),
    },
    "institution": {
        "en": ("institution", "ministry", "entity", "agency", "department", "office", "employer", "company"),
        "es": ("institución", "ministerio", "entidad", "dependencia", "institución de adscripción"),
        "fr": ("institution", "ministère", "entité", "établissement", "structure", "service"),
        "pt": ("instituição", "ministério", "entidade", "órgão"),
    },
    "post": {
        "en": ("post", "position", "title", "job title", "function", "role", "designation", "post title"),
        "es": ("cargo", "puesto", "función", "título del cargo"),
        "fr": ("poste", "fonction", "titre", "intitulé du poste"),
        "pt": ("cargo", "função", "posto", "título"),
    },
    "area": {
        "en": ("area", "theme", "subject", "field", "topic", "area of work"),
        "es": ("área", "tema", "materia", "ámbito", "área temática"),
        "fr": ("domaine", "thème", "secteur", "matière"),
        "pt": ("área", "tema", "assunto", "âmbito"),
    },
    "standing": {
        "en": (
            "capacity",
            "standing",
            "type of focal point",
            "principal or alternate",
            "holder or alternate",
        ),
        "es": ("calidad", "titular o suplente", "tipo de punto focal", "condición"),
        "fr": ("qualité", "titulaire ou suppléant", "type de point focal"),
        "pt": ("qualidade", "titular ou suplente", "tipo de ponto focal", "condição"),
    },
    "name": {
        "en": ("name", "full name", "focal point", "contact", "contact person", "name of the focal point"),
        "es": (
            "nombre completo",
            "nombre y apellido",
            "nombre y apellidos",
            "nombres y apellidos",
            "apellidos y nombres",
            "punto focal",
            "contacto",
            "persona de contacto",
            "nombre del punto focal",
        ),
        "fr": (
            "nom complet",
            "nom et prénom",
            "nom et prénoms",
            "prénom et nom",
            "nom prénom",
            "point focal",
            "personne de contact",
            "nom du point focal",
        ),
        "pt": (
            "nome completo",
            "nome e sobrenome",
            "ponto focal",
            "pessoa de contato",
            "nome do ponto focal",
        ),
    },
    "given_name": {
        "en": ("first name", "given name", "given names", "forename", "first names", "christian name"),
        "es": ("nombre", "nombres", "nombre de pila", "primer nombre"),
        "fr": ("prénom", "prénoms"),
        "pt": ("nome", "prenome", "primeiro nome", "nome próprio"),
    },
    "family_name": {
        "en": ("last name", "family name", "surname", "last names"),
        "es": ("apellido", "apellidos"),
        "fr": ("nom", "nom de famille"),
        "pt": ("sobrenome", "apelido", "último nome", "sobrenomes"),
    },
    "email": {
        "en": (
            "email",
            "e-mail",
            "e-mail address",
            "email address",
            "mail",
            "electronic mail",
            "office email",
        ),
        "es": ("correo", "correo electrónico", "correo-e", "dirección de correo", "correo institucional"),
        "fr": ("courriel", "adresse électronique", "courrier électronique", "adresse e-mail", "mél"),
        "pt": ("correio eletrônico", "correio electrónico", "endereço eletrônico", "endereço de e-mail"),
    },
    "phone": {
        "en": ("phone", "telephone", "telephone number", "phone number", "tel", "office phone", "landline"),
        "es": ("teléfono", "teléfonos", "teléfono de oficina", "número de teléfono", "tel", "teléfono fijo"),
        "fr": ("téléphone", "tél", "numéro de téléphone", "téléphone fixe", "téléphone bureau"),
        "pt": ("telefone", "telefones", "número de telefone", "tel", "telefone fixo"),
    },
    "mobile": {
        "en": ("mobile", "cell", "cell phone", "mobile phone", "cellphone", "mobile number", "whatsapp"),
        "es": ("móvil", "celular", "teléfono móvil", "teléfono celular", "número de celular"),
        "fr": ("portable", "mobile", "téléphone portable", "téléphone mobile", "gsm"),
        "pt": ("celular", "telemóvel", "telefone celular", "telefone móvel"),
    },
    "handle": {
        "en": ("handle", "telegram", "slack", "user name"),
        "es": ("usuario", "cuenta"),
        "fr": ("identifiant", "pseudo"),
        "pt": ("usuário", "conta"),
    },
    "languages": {
        "en": ("language", "languages", "working languages", "working language"),
        "es": ("idioma", "idiomas", "lengua", "lenguas", "idioma de trabajo"),
        "fr": ("langue", "langues", "langue de travail"),
        "pt": ("idioma", "idiomas", "língua", "línguas"),
    },
    "time_zone": {
        "en": ("time zone", "timezone"),
        "es": ("zona horaria", "huso horario"),
        "fr": ("fuseau horaire",),
        "pt": ("fuso horário",),
    },
    "since": {
        "en": ("since", "from", "start date", "date of nomination", "nomination date", "date of appointment"),
        "es": ("desde", "fecha de designación", "fecha de nombramiento", "fecha de inicio"),
        "fr": ("depuis", "date de désignation", "date de nomination", "à partir du", "date de début"),
        "pt": ("desde", "data de designação", "data de nomeação", "data de início", "a partir de"),
    },
    "until": {
        "en": ("until", "to", "end date", "end of term"),
        "es": ("hasta", "fecha de término", "fecha de fin", "fin de funciones"),
        "fr": ("jusqu'au", "jusqu'à", "date de fin", "fin de mandat"),
        "pt": ("até", "data de término", "data de fim"),
    },
    "reference": {
        "en": ("reference", "letter", "reference of the letter", "note", "letter reference", "note verbale"),
        "es": ("referencia", "carta", "nota", "oficio", "referencia de la carta", "nota verbal"),
        "fr": ("référence", "lettre", "référence de la lettre"),
        "pt": ("referência", "carta", "ofício", "referência da carta"),
    },
    "letter_on": {
        "en": ("date of the letter", "letter date", "date of letter"),
        "es": ("fecha de la carta", "fecha de la nota", "fecha del oficio"),
        "fr": ("date de la lettre",),
        "pt": ("data da carta", "data do ofício"),
    },
    "person_key": {
        "en": ("person key",),
        "es": ("clave de persona",),
        "fr": ("clé de personne",),
        "pt": ("chave da pessoa",),
    },
    "post_key": {
        "en": ("post key",),
        "es": ("clave del puesto",),
        "fr": ("clé du poste",),
        "pt": ("chave do cargo",),
    },
    "code": {
        "en": ("code", "project code", "project number", "number", "id", "project id", "no"),
        "es": ("código", "código del proyecto", "clave", "número", "número de proyecto"),
        "fr": ("code", "code du projet", "numéro", "numéro du projet", "n°"),
        "pt": ("código", "código do projeto", "número", "número do projeto"),
    },
    "title": {
        "en": ("title", "project", "project title", "name of the project", "project name", "name"),
        "es": ("título", "proyecto", "título del proyecto", "nombre del proyecto", "nombre"),
        "fr": ("titre", "projet", "titre du projet", "intitulé", "nom du projet", "intitulé du projet"),
        "pt": ("título", "projeto", "título do projeto", "nome do projeto", "nome"),
    },
    "status": {
        "en": ("status", "state", "stage"),
        "es": ("estado", "situación", "estatus", "estado del proyecto"),
        "fr": ("statut", "état", "état d'avancement"),
        "pt": ("situação", "status", "estado"),
    },
    "starts_on": {
        "en": ("start", "start date", "begins", "from", "beginning"),
        "es": ("inicio", "fecha de inicio", "comienzo", "desde"),
        "fr": ("début", "date de début", "commencement"),
        "pt": ("início", "data de início", "começo"),
    },
    "ends_on": {
        "en": ("end", "end date", "ends", "completion date", "until", "to"),
        "es": ("fin", "fecha de fin", "fecha de término", "término", "hasta", "cierre"),
        "fr": ("fin", "date de fin", "date d'achèvement"),
        "pt": ("fim", "data de fim", "data de término", "término"),
    },
    "city": {
        "en": ("city", "place", "location", "town"),
        "es": ("ciudad", "lugar", "localidad"),
        "fr": ("ville", "lieu", "localité"),
        "pt": ("cidade", "local", "localidade"),
    },
    "budget": {
        "en": ("budget", "amount", "total budget", "cost", "total cost"),
        "es": ("presupuesto", "monto", "importe", "costo", "coste", "presupuesto total", "costo total"),
        "fr": ("budget", "montant", "coût", "budget total", "coût total"),
        "pt": ("orçamento", "valor", "montante", "custo", "orçamento total", "custo total"),
    },
    "currency": {
        "en": ("currency",),
        "es": ("moneda", "divisa"),
        "fr": ("devise", "monnaie"),
        "pt": ("moeda",),
    },
    "programme": {
        "en": ("programme", "program"),
        "es": ("programa",),
        "fr": ("programme",),
        "pt": ("programa",),
    },
    "priority_sector": {
        "en": ("priority sector", "sector"),
        "es": ("sector prioritario", "sector"),
        "fr": ("secteur prioritaire", "secteur"),
        "pt": ("setor prioritário", "setor"),
    },
    "general_objective": {
        "en": ("general objective", "objective", "goal", "overall objective"),
        "es": ("objetivo general", "objetivo"),
        "fr": ("objectif général", "objectif"),
        "pt": ("objetivo geral", "objetivo"),
    },
    "context": {
        "en": ("context", "background"),
        "es": ("contexto", "antecedentes"),
        "fr": ("contexte",),
        "pt": ("contexto", "antecedentes"),
    },
    "justification": {
        "en": ("justification", "rationale"),
        "es": ("justificación",),
        "fr": ("justification",),
        "pt": ("justificativa", "justificação"),
    },
    "responsible": {
        "en": ("responsible institution", "responsible", "lead institution"),
        "es": ("institución responsable", "responsable"),
        "fr": ("institution responsable", "responsable"),
        "pt": ("instituição responsável", "responsável"),
    },
    "executing": {
        "en": ("executing institution", "executing agency", "implementing agency", "executor"),
        "es": ("institución ejecutora", "ejecutor", "entidad ejecutora", "organismo ejecutor"),
        "fr": ("institution exécutrice", "agence d'exécution", "organisme d'exécution"),
        "pt": ("instituição executora", "executor", "entidade executora"),
    },
    "beneficiary": {
        "en": ("beneficiary", "beneficiaries", "beneficiary countries"),
        "es": ("beneficiario", "beneficiarios", "países beneficiarios"),
        "fr": ("bénéficiaire", "bénéficiaires", "pays bénéficiaires"),
        "pt": ("beneficiário", "beneficiários", "países beneficiários"),
    },
    "donor": {
        "en": ("donor", "donors", "funding source", "funded by"),
        "es": ("donante", "donantes", "fuente de financiamiento", "financiador"),
        "fr": ("bailleur", "bailleurs", "bailleur de fonds", "donateur", "source de financement"),
        "pt": ("doador", "doadores", "fonte de financiamento", "financiador"),
    },
    "source": {"en": ("source",), "es": ("fuente",), "fr": ("source",), "pt": ("fonte",)},
}
