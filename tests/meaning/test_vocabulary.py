import pytest

from synthforge.meaning.vocabulary import carries


@pytest.mark.parametrize("word", ["driver", "vaccine", "waiver", "log", "e-mail", "müll"])
def test_what_is_about_something(word: str) -> None:
    assert carries(word)


@pytest.mark.parametrize("word", ["the", "must", "without", "of", "qa", "10", "3rd", "don't", ""])
def test_what_only_holds_a_text_together_or_is_counted_elsewhere(word: str) -> None:
    assert not carries(word)
