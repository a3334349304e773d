"""Every feature's tasks, imported for what they subscribe to: relaying an event needs the whole list."""

import backend.applications.tasks
import backend.assistant.tasks
import backend.messages.tasks
import backend.profiles.tasks
import backend.prompts.tasks
import backend.stream.tasks  # noqa: F401
