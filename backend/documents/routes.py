"""Official documents over HTTP: one's own, and everybody's check."""

from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from backend.core.errors import Problem
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath
from backend.documents import reading, schemas, verifying
from backend.files.checking import MOST_BYTES
from backend.files.downloads import as_download

TAG = Tag(name="文书 documents")
own = APIBlueprint("own-documents", __name__, url_prefix="/api/v1/applications", abp_tags=[TAG])
checks = APIBlueprint("documents", __name__, url_prefix="/api/v1/documents", abp_tags=[TAG])
READS = Limit("document", count=60, seconds=60)
CHECKS = Limit("document-check", count=30, seconds=60)


@own.get("/<string:id>/documents", summary="办件的文书", responses={200: schemas.Documents})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def list_documents(path: IdPath) -> Any:
    """Every document issued in an application of one's own."""
    return {"items": reading.list_documents(house(), caller().citizen, path.id)}


@own.get("/<string:id>/documents/<string:document>", summary="下载文书（PDF）", responses={200: None})
@audience(Audience.CITIZEN)
def read_document(path: schemas.DocumentPath) -> Response:
    """The document as a PDF, the same bytes every time."""
    spend(house(), READS, caller().citizen)
    name, content = reading.read_document(house(), caller().citizen, path.id, path.document)
    return as_download(content, name=name, media_type=reading.MEDIA_TYPE)


@checks.get("/verify/<string:code>", summary="凭校验码核验文书", responses={200: schemas.Checked})
@audience(Audience.PUBLIC)
def verify_code(path: schemas.CodePath) -> Any:
    """What a document's code stands for; the applicant's name is masked."""
    spend(house(), CHECKS, request.remote_addr or "")
    return verifying.verify_code(house(), path.code)


@checks.post("/verify", summary="上传文件核验文书", responses={200: schemas.Checked})
@audience(Audience.PUBLIC)
def verify_file(form: schemas.CheckForm) -> Any:
    """Whether a PDF is one of ours, unchanged; the file is not kept."""
    spend(house(), CHECKS, request.remote_addr or "")
    content = request.files["file"].stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Problem("too-large", f"文件不能超过 {MOST_BYTES // 1024 // 1024} MB。")
    return verifying.verify_file(house(), content)
