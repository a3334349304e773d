"""The sections of which a department knows nothing: empty, so that a query always has an answer."""

from copy import deepcopy
from typing import Any

Sections = dict[str, Any]

NO_INSURANCE: Sections = {
    "kind": "none",
    "city": None,
    "months": 0,
    "since": None,
    "birth_settlement": None,
    "remote_filings": [],
    "e_card": False,
    "personal_balance": 0,
    "long_term_care": None,
}
NO_WORK: Sections = {
    "status": "未就业",
    "employer": None,
    "left": None,
    "reason": None,
    "contribution_months": 0,
    "benefit_claimed": False,
    "registered_unemployed": False,
}
NO_PENSION: Sections = {
    "kind": "none",
    "number": None,
    "months": 0,
    "retired": False,
    "retires_on": None,
    "monthly": None,
    "verified_until": None,
    "account_city": None,
    "file_place": None,
}
NO_MEDICAL: Sections = {
    "hospital": None,
    "doctor_visit": None,
    "chronic": None,
    "pregnancy": None,
    "last_stay": None,
}
NO_HARDSHIP: Sections = {
    "low_income": False,
    "number": None,
    "household_size": 1,
    "monthly_income": None,
    "medical_spent": 0,
    "since": None,
}
NO_PROPERTY: Sections = {"owned": 0, "district": None, "units": []}
NO_EDUCATION: Sections = {
    "degree": None,
    "school": None,
    "major": None,
    "graduated": None,
    "number": None,
    "mandarin": None,
    "teacher": None,
    "student": False,
}
NO_HOUSING: Sections = {"lease": None, "purchase": None, "applied_public": False, "public_queue": None}
NO_TAX: Sections = {
    "number": None,
    "housing_loan": None,
    "elderly": [],
    "children_at_school": 0,
    "deductions_filed": False,
    "clear": True,
    "invoices_this_year": 0,
}
NO_TRAVEL: Sections = {"passport": None, "permit": None, "foreign": None}

# department → sections of somebody of whom it knows nothing; what is not here has `licences` alone.
BLANKS: dict[str, Sections] = {
    "traffic-police": {"vehicles": []},
    "health": {"children": [], "medical": NO_MEDICAL},
    "medical-insurance": {"medical_insurance": NO_INSURANCE},
    "human-resources": {"employment": NO_WORK, "pension": NO_PENSION, "staff": None, "bank_account": None},
    "housing-fund": {"fund": None},
    "civil-affairs": {"benefits": [], "marriage": None, "hardship": NO_HARDSHIP, "deaths": []},
    "market-regulation": {"businesses": [], "organisation": None},
    "natural-resources": {"property": NO_PROPERTY},
    "education": {"education": NO_EDUCATION},
    "housing": {"housing": NO_HOUSING},
    "taxation": {"tax": NO_TAX},
    "veterans": {"service": None},
    "disabled-federation": {"disability": None},
    "exit-entry": {"travel": NO_TRAVEL},
    "public-utilities": {"utilities": {"accounts": []}},
}


def blank_sections(department: str) -> Sections:
    """What a department says of somebody it knows nothing of; the caller may change it."""
    return deepcopy(BLANKS.get(department, {})) | {"licences": []}
