set -e
rm -f migrations/versions/2026*_the_first_schema.py
make migration WHAT="The first schema" >/dev/null
f=$(ls migrations/versions/*the_first_schema.py)
mv $f migrations/versions/20261122_2100_the_first_schema.py
f=migrations/versions/20261122_2100_the_first_schema.py
sed -i "s/^Revision: .*/Revision: 0001/; s/^After: .*/After: nothing/; s/^revision = .*/revision = \"0001\"/" $f
.venv/bin/ruff format -q migrations
