"""``python -m bot.actions``: serve the actions to our own bot, on loopback."""

from bot.actions.server import create_app, set_up_logs
from bot.actions.settings import load_settings


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    set_up_logs(settings.log_level)
    create_app().run("127.0.0.1", settings.port, workers=1, access_log=False, debug=False, motd=False)


if __name__ == "__main__":
    main()
