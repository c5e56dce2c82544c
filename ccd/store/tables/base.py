"""What every table is made with: one list of them all, and columns of text and words."""

from enum import StrEnum

from sqlalchemy import Column, Enum, MetaData

from ccd.store.columns import AnyText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text_column(name: str) -> Column[str]:
    """Any text, empty when nobody said."""
    return Column(name, AnyText, nullable=False, default="")


def word_column(name: str, words: type[StrEnum]) -> Column[StrEnum]:
    """One of these words, kept as itself."""
    kept = Enum(
        words, values_callable=lambda enum: [str(word) for word in enum], native_enum=False, length=20
    )
    return Column(name, kept, nullable=False)
