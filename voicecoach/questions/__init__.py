"""question_bank/*.toml -> Question -> QuestionBank: read, look up, choose.

    a file ── tomllib ──> tables ── pydantic ──> Question ──┬─> QuestionBank
                 └─ Problem          └─ Problem, in plain words

A wrong file never yields half a bank: `QuestionBank.load` raises, `read_file` and
`problems_of` tell everything that is wrong. Only reading touches the disk.
"""

from voicecoach.questions.bank import Choice, QuestionBank
from voicecoach.questions.files import (
    Problem,
    QuestionFile,
    bank_folder,
    problems_of,
    read_file,
    toml_files,
)
from voicecoach.questions.free import FREE_ANSWER
from voicecoach.questions.model import (
    LEVELS,
    ROUND_NAMES,
    ROUNDS,
    FollowUpPrompt,
    FollowUpQuestion,
    Level,
    Pillar,
    Question,
    Round,
    Structure,
)

__all__ = [
    "FREE_ANSWER",
    "LEVELS",
    "ROUNDS",
    "ROUND_NAMES",
    "Choice",
    "FollowUpPrompt",
    "FollowUpQuestion",
    "Level",
    "Pillar",
    "Problem",
    "Question",
    "QuestionBank",
    "QuestionFile",
    "Round",
    "Structure",
    "bank_folder",
    "problems_of",
    "read_file",
    "toml_files",
]
