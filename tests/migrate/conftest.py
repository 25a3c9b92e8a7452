"""The corpus is read as data: the tests in it are not ours."""

collect_ignore = ["corpus"]
