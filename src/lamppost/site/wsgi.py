"""The WSGI door that gunicorn opens."""

import os

from django.core.wsgi import get_wsgi_application

from lamppost.base.commands import OWNER_ONLY

os.umask(OWNER_ONLY)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamppost.site.settings")
application = get_wsgi_application()
