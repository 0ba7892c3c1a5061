from pages._ui.gate import require_actor

actor = require_actor()
