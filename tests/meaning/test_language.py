import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.language import language
from tests.sources.files import SHARED, read_shared

SENTENCES = {
    "en": ("The driver checks the brakes before each trip.", "Out-of-specification results are entered in the log."),
    "de": ("Der Fahrer muss vor Fahrtantritt alle Bremsen prüfen.", "Die Charge wird erst nach Freigabe ausgeliefert."),
    "fr": ("Le conducteur doit vérifier les freins avant chaque départ.", "Les résultats sont consignés au registre."),
    "es": ("El conductor debe revisar los frenos antes de cada salida.", "Los resultados se anotan en el registro."),
    "it": ("Il conducente deve controllare i freni prima di partire.", "I risultati vanno annotati nel registro."),
    "nl": ("De bestuurder moet voor vertrek de remmen controleren.", "Afwijkingen worden in het logboek vastgelegd."),
    "pt": ("O motorista deve verificar os travões antes de sair.", "Os resultados são anotados no registo."),
    "pl": ("Kierowca musi sprawdzić hamulce przed wyjazdem.", "Wyniki zapisuje się w rejestrze."),
    "ja": ("運転者は出発前に必ずブレーキを点検しなければならない。", "不適合の結果は記録簿に記入する。"),
    "zh": ("驾驶员出发前必须检查制动器。", "不合格的结果应当记入登记簿，并由主管签字确认。"),
}


@pytest.mark.parametrize("code", SENTENCES)
def test_two_sentences_are_enough(code: str) -> None:
    assert language(" ".join(SENTENCES[code])) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "12 34",
        "OK",
        "MS.AAD.1.1v1",
        "\n".join(f"MS.AAD.{i}.{j}v1" for i in range(8) for j in range(9)),
        "id,qty,price,sku\n" + "\n".join(f"{i},{i * 3},{i * 1.5},AB-{i:04d}" for i in range(80)),
        "\n".join(f"{i:032x}" for i in range(3, 90, 2)),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nSELECT id, name FROM t WHERE id > 1;\n" * 3,
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n    targetPort: 8080\n",
        "Assay 98.0 101.2 pass\nWater 0.5 0.3 pass\nImpurity A 0.1 <0.05 pass\n" * 5,
    ],
    ids=["empty", "blank", "figures", "word", "identifier", "identifiers", "csv", "hashes", "sql", "yaml", "results"],
)
def test_what_is_no_prose_has_no_language(text: str) -> None:
    assert language(text) == ""


def test_prose_in_the_middle_speaks_for_a_document_that_opens_with_a_table() -> None:
    table = "\n".join(f"{i} | {i * 7} | {i * 1.5}" for i in range(60))
    prose = " ".join(SENTENCES["de"]) * 40
    assert language(f"{table}\n{prose}") == "de"


def test_capitals_are_read_like_other_text() -> None:
    assert language("THE DRIVER MUST CHECK THE BRAKES BEFORE EACH TRIP.") == "en"


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_any_text_has_a_code_of_two_letters_or_none(text: str) -> None:
    assert len(language(text)) in (0, 2)


def test_lone_surrogates_are_no_crash() -> None:
    assert language("The driver \ud800 must check the brakes before each trip.") == "en"


@pytest.mark.parametrize("folder", ["sop", "policy", "manual", "regulation", "qa"])
def test_shared_documents_are_english(folder: str) -> None:
    files = sorted((SHARED / "corpora" / folder).glob("*.md"))
    if not files:
        pytest.skip(f"needs the shared corpora: no Markdown in {folder}")
    told = {file.name: language(read_shared(f"{folder}/{file.name}").text) for file in files}
    assert {name: code for name, code in told.items() if code != "en"} == {}
