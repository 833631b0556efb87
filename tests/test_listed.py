"""Rates from two lists of dossiers: by hand, and nothing of what the lists do not tell."""

import csv
from pathlib import Path

from core.__main__ import main

HEAD = "Mã hồ sơ,Đơn vị,Ngày tiếp nhận,Số hóa,Thanh toán\n"
# three dossiers of Sở Y tế and two of a commune; the third of Sở Y tế never came to the national
# portal, and the commune's second is digitised on the provincial one alone
OURS = (
    "H44.01-260102-0001,Sở Y tế,02/01/2026,Có,Có\n"
    "H44.01-260102-0002,Sở Y tế,02/01/2026,Có,Không\n"
    "H44.01-260103-0003,Sở Y tế,03/01/2026,Không,Không\n"
    "H44.02-260103-0004,UBND phường Việt Trì,03/01/2026,Có,Có\n"
    "H44.02-260104-0005,UBND phường Việt Trì,04/01/2026,Có,Có\n"
)
THEIRS = (
    "H44.01-260102-0001,Sở Y tế,02/01/2026,Có,Có\n"
    "H44.01-260102-0002,Sở Y tế,02/01/2026,Có,Không\n"
    "H44.02-260103-0004,UBND phường Việt Trì,03/01/2026,Có,Có\n"
    "H44.02-260104-0005,UBND phường Việt Trì,04/01/2026,Không,Có\n"
)


def test_the_rates_of_two_small_lists_by_hand(tmp_path: Path) -> None:
    lists = []
    for name, rows in (("tinh.csv", OURS), ("quoc-gia.csv", THEIRS)):
        lists.append(str(tmp_path / name))
        Path(lists[-1]).write_text(HEAD + rows, encoding="utf-8")
    made = tmp_path / "from-lists"
    assert main(["rates", *lists, "--dataset", "phu_tho_2026", "--to", str(made)]) == 0
    with (made / "units.csv").open(encoding="utf-8") as file:
        names = {row["unit"]: row["name_vi"] for row in csv.DictReader(file)}
    found = {}
    with (made / "observations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = names[row["unit"]], row["component"], row["portal"]
            found[key] = int(row["numerator"]), int(row["denominator"])
    assert found[("Sở Y tế", "dossier_sync", "national")] == (2, 3)
    assert found[("UBND phường Việt Trì", "dossier_sync", "national")] == (2, 2)
    assert found[("UBND tỉnh Phú Thọ", "dossier_sync", "national")] == (4, 5)
    assert found[("Sở Y tế", "digitized", "provincial")] == (2, 3)
    assert found[("UBND phường Việt Trì", "digitized", "national")] == (1, 2)
    assert found[("UBND tỉnh Phú Thọ", "digitized", "provincial")] == (4, 5)
    assert found[("UBND tỉnh Phú Thọ", "digitized", "national")] == (3, 4)
    assert found[("UBND tỉnh Phú Thọ", "dossiers_paid", "provincial")] == (3, 5)
    told = {component for _, component, _ in found}
    assert told == {"dossier_sync", "digitized", "dossiers_paid"}, (
        "the lists tell nothing of the others"
    )
