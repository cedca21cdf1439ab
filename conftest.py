"""Every test, and every notebook that pytest runs, is free of personal settings."""

from extensions.kernels import leave_out_what_is_personal

leave_out_what_is_personal()
