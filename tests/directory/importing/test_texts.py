"""Names, cells, addresses, numbers, dates and amounts: what is read, and what is not guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.importing import amounts, contacts, dates, names, vocabulary
from directory.importing.cells import clean, is_nothing, lines
from directory.people import ContactKind
from directory.posts import Standing
from directory.projects import Status
from directory.search import fold

_NAMES = st.text(st.characters(categories=("L", "M", "Zs", "Pd", "Po")), max_size=60)


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        ("MARÍA DEL CARMEN MCLEAN-O'NEILL", "María del Carmen McLean-O'Neill"),
        ("JUAN DE LA CRUZ", "Juan de la Cruz"),
        ("jean-pierre d'artagnan", "Jean-Pierre D'Artagnan"),
        ("MACDONALD MACHADO", "MacDonald Machado"),
        ("JOHN SMITH III", "John Smith III"),
        ("J. R. R. TOLKIEN", "J. R. R. Tolkien"),
        ("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven"),
        ("JOÃO DA SILVA E SOUZA", "João da Silva e Souza"),
        ("Ana María", "Ana María"),
        ("McLean", "McLean"),
        ("JP", "JP"),
    ],
)
def test_capitals_are_repaired(written: str, repaired: str) -> None:
    assert names.repair(written) == repaired


def test_a_family_name_may_begin_with_a_particle() -> None:
    assert names.repair("DE LA CRUZ", family=True) == "de la Cruz"
    assert names.repair("LA FONTAINE", family=True) == "La Fontaine"
    assert names.repair("VAN DER BERG", family=True) == "van der Berg"


@given(_NAMES, st.booleans())
def test_repairing_twice_is_repairing_once(name: str, family: bool) -> None:
    once = names.repair(name, family=family)
    assert names.repair(once, family=family) == once


@given(_NAMES)
def test_repairing_changes_nothing_but_case_and_spaces(name: str) -> None:
    # Letters whose capital is no letter of its own fold alike all the same.
    assert fold(names.repair(name)) == fold(name)


@pytest.mark.parametrize(
    ("whole", "language", "parts"),
    [
        ("Pérez López, Juan", "es", ("Juan", "Pérez López")),
        ("Jean DUPONT", "fr", ("Jean", "Dupont")),
        ("DUPONT Jean", "fr", ("Jean", "Dupont")),
        ("Sra. María de los Ángeles Gómez", "es", ("María", "de los Ángeles Gómez")),
        ("João da Silva", "pt", ("João", "da Silva")),
        ("H.E. Ambassador Jane Doe", "en", ("Jane", "Doe")),
        ("Juan Pérez López", "es", ("Juan", "Pérez López")),
        ("Juan Carlos Smith", "en", ("Juan Carlos", "Smith")),
        ("Pelé", "pt", ("", "Pelé")),
    ],
)
def test_whole_names_are_parted(whole: str, language: str, parts: tuple[str, str]) -> None:
    assert names.parted(whole, language) == parts


@given(_NAMES, st.sampled_from(["en", "es", "fr", "pt"]))
def test_parting_loses_no_word_of_a_plain_name(name: str, language: str) -> None:
    plain = " ".join("".join(char for char in name if char.isalpha() or char == " ").split())
    given_name, family = names.parted(plain, language)
    kept = fold(f"{given_name} {family}").split()
    assert sorted(kept) == sorted(fold(names.without_address(plain)).split())


@pytest.mark.parametrize(
    "text", ["N/A", "n/a", "-", "—", "s/d", "S/D", "néant", "NEANT", "não se aplica", "?", " ", "...", "#N/A"]
)
def test_what_says_nothing_is_no_value(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["Nadia", "0", "A", "Na Li", "x@example.org", "12", "Ninguno de ellos"])
def test_what_says_something_is_one(text: str) -> None:
    assert not is_nothing(text)


@given(st.text(max_size=200))
def test_cleaned_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert "\n" not in once
    assert clean(once) == once
    assert all(clean(line) == line for line in lines(text))


def test_several_addresses_stand_in_one_cell() -> None:
    cell = "Ana <ana@EXAMPLE.org>; juan@example.org / ANA@example.org\nluis@example.org y eva@example.org"
    found = [item.value for item in contacts.addresses(cell)]
    assert found == ["ana@example.org", "juan@example.org", "luis@example.org", "eva@example.org"]


@pytest.mark.parametrize("cell", ["nobody", "a@b", "ana(at)example.org", "ana@example.org; juan@broken"])
def test_what_is_no_address_is_said(cell: str) -> None:
    assert [item for item in contacts.addresses(cell) if not item.value]


def test_several_numbers_stand_in_one_cell() -> None:
    cell = "Tel: 868 623 2783 / 868-623-2784; (868) 555-0101 ext. 12\n00 52 55 5555 1234"
    found = [item.value for item in contacts.numbers(ContactKind.PHONE, cell, "TT")]
    assert found == ["+1 868-623-2783", "+1 868-623-2784", "+1 868-555-0101 ext. 12", "+52 55 5555 1234"]


def test_a_number_without_a_country_is_no_number() -> None:
    assert [item.value for item in contacts.numbers(ContactKind.PHONE, "623 2783", "")] == [""]
    assert [item.value for item in contacts.numbers(ContactKind.PHONE, "12", "TT")] == [""]


@given(st.text(max_size=80))
def test_any_cell_may_be_asked_for_numbers_and_addresses(cell: str) -> None:
    for item in (*contacts.addresses(cell), *contacts.numbers(ContactKind.PHONE, cell, "MX")):
        assert len(item.value) <= contacts.LONGEST
        assert bool(item.value) != bool(item.written)


@pytest.mark.parametrize(
    "text",
    [
        "2027-04-15",
        "15 April 2027",
        "April 15, 2027",
        "15 de abril de 2027",
        "15 avril 2027",
        "Thursday, 15 April 2027",
        "15/04/2027",
        "04/15/2027",
        "15-abr-2027",
        "15.04.2027",
    ],
)
def test_days_in_four_languages(text: str) -> None:
    assert dates.read(text) == date(2027, 4, 15)


def test_the_first_of_a_month_in_french() -> None:
    assert dates.read("1er juillet 2024") == date(2024, 7, 1)


def test_a_date_with_two_readings_is_in_doubt() -> None:
    with pytest.raises(dates.DateDoubt) as doubt:
        dates.read("03/04/2024")
    assert doubt.value.readings == (date(2024, 4, 3), date(2024, 3, 4))
    assert dates.read("03/04/2024", order="day") == date(2024, 4, 3)
    assert dates.read("03/04/2024", order="month") == date(2024, 3, 4)
    assert dates.order_in("Fecha (dd/mm/aaaa)") == "day"
    assert dates.order_in("Date (MM/DD/YYYY)") == "month"


@pytest.mark.parametrize(
    "text", ["2024", "April 2024", "31/02/2024", "15/04/24", "soon", "45000", "", "1/1/1"]
)
def test_what_is_no_whole_day_is_said(text: str) -> None:
    with pytest.raises(dates.DateDoubt):
        dates.read(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_from_its_iso_form(day: date) -> None:
    assert dates.read(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("USD 18,500.00", "18500.00"),
        ("18.500,00 USD", "18500.00"),
        ("1.234.567 USD", "1234567"),
        ("18 500 USD", "18500"),
        ("US$ 18500", "18500"),
        ("USD 18,50", "18.50"),
        ("USD 0.500", "0.500"),
        ("1'234'567.50 USD", "1234567.50"),
    ],
)
def test_amounts_in_every_notation(text: str, amount: str) -> None:
    assert amounts.read(text) == (Decimal(amount), "USD")


@pytest.mark.parametrize("text", ["USD 18.500", "18,500 USD", "USD 1.234"])
def test_an_amount_with_two_readings_is_in_doubt(text: str) -> None:
    with pytest.raises(amounts.AmountDoubt) as doubt:
        amounts.read(text)
    assert len(doubt.value.readings) == 2


@pytest.mark.parametrize("text", ["$ 20", "20", "20 pesos"])
def test_an_amount_of_an_unknown_currency_is_in_doubt(text: str) -> None:
    with pytest.raises(amounts.AmountDoubt) as doubt:
        amounts.read(text)
    assert doubt.value.currency


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["en", "es", "fr", "pt"]))
def test_what_the_program_writes_is_read_again_or_said_to_be_doubtful(amount: Decimal, language: str) -> None:
    from bot.i18n import Translator

    assert amounts.read(Translator(language).money(amount, "USD")) == (amount, "USD")


@given(st.text(max_size=40))
def test_any_text_may_be_asked_for_an_amount(text: str) -> None:
    try:
        amount, currency = amounts.read(text, "USD")
    except amounts.AmountDoubt:
        return
    assert amount >= 0
    assert len(currency) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("México", "MX"),
        ("MEXICO", "MX"),
        ("États-Unis", "US"),
        ("República Dominicana", "DO"),
        ("the Bahamas", "BS"),
        ("Republic of Trinidad and Tobago", "TT"),
        ("Trinidad and Tobago", "TT"),
        ("Antigua and Barbuda", "AG"),
        ("BRB", "BB"),
        ("Côte d'Ivoire", "CI"),
        ("Santa Lucía", "LC"),
    ],
)
def test_countries_in_four_languages(text: str, code: str) -> None:
    assert vocabulary.country(text) == code


def test_a_country_that_is_nearly_one_is_only_suggested() -> None:
    assert vocabulary.country("Barbadoss") == ""
    assert vocabulary.nearest_country("Barbadoss") == "BB"
    assert vocabulary.nearest_country("Atlantis") == ""


def test_words_of_an_export_are_read_again() -> None:
    for language, words in vocabulary.STANDING_WORDS.items():
        assert {kind: vocabulary.standing(word) for kind, word in words.items()} == {k: k for k in Standing}
        statuses = vocabulary.STATUS_WORDS[language]
        assert {kind: vocabulary.status(word) for kind, word in statuses.items()} == {k: k for k in Status}
