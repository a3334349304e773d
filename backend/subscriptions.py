"""Every feature's tasks, imported for what they subscribe to: relaying an event needs the whole list."""

import backend.applications.tasks
import backend.assistant.tasks
import backend.delivery.tasks
import backend.documents.tasks
import backend.figures.tasks
import backend.files.tasks
import backend.handoff.tasks
import backend.insight.tasks
import backend.messages.tasks
import backend.operator.tasks
import backend.operator.training_tasks
import backend.payments.tasks
import backend.profiles.tasks
import backend.prompts.tasks
import backend.sharing.tasks
import backend.stream.tasks
import backend.troubles.tasks
import backend.workbench.tasks  # noqa: F401
