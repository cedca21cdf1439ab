"""What a teacher gives out, and takes back: scripts/make_course.py and judge_course.py."""
