"""Every action there is; the rules and the domain name no other."""

from bot.actions.assent import TakeLater, TakeNo, TakeYes
from bot.actions.filing import WithdrawApplication
from bot.actions.filling import CorrectField, Repeat, ResumeDraft, SetAside, TakeAnswer, TakeChoice
from bot.actions.guide import ExplainMatter, ShowCapabilities, StartMatter
from bot.actions.manner import SpeakPlainly, SpeakSimply
from bot.actions.progress import ShowLicences, ShowProgress
from bot.actions.prompts import AnswerPrompt, DisputeData, ExplainPrompt, ListPrompts, StopPrompts
from bot.actions.rating import RateHandling
from bot.actions.speech import SpeechAction
from bot.actions.talk import Fallback, OfferPerson, SmallTalk, Warn
from bot.actions.whom import AskDelegation

ACTIONS: tuple[type[SpeechAction], ...] = (
    StartMatter,
    ExplainMatter,
    ShowCapabilities,
    TakeAnswer,
    TakeChoice,
    CorrectField,
    SetAside,
    ResumeDraft,
    Repeat,
    TakeYes,
    TakeNo,
    TakeLater,
    ShowProgress,
    ShowLicences,
    WithdrawApplication,
    AnswerPrompt,
    ExplainPrompt,
    DisputeData,
    StopPrompts,
    ListPrompts,
    AskDelegation,
    RateHandling,
    SpeakSimply,
    SpeakPlainly,
    OfferPerson,
    Warn,
    SmallTalk,
    Fallback,
)
