"""The model in plain words: titles and texts for the Method page, in English as message keys."""

from pages.parts.words.text import later

MODEL = [
    (
        later("From a rate to points"),
        later(
            "A component earns its maximum times rate over target, and never more than its "
            "maximum: above the target, more work moves the score by 0. A group is the sum of its "
            "components, the score the sum of the six groups. Nothing is rounded before it is "
            "shown; the portal rounds each component, so a published group may differ by up to "
            "0.02."
        ),
    ),
    (
        later("From units to the province"),
        later(
            "For dossiers the province's numerator and denominator are the sums of its units', so "
            "a unit counts by its number of dossiers: per dossier all are worth the same, per "
            "percentage point the big ones are worth more. Counts of procedures overlap between "
            "units and do not add up: they move only by a lever of the province."
        ),
    ),
    (
        later("Units against their province, and the same dossiers"),
        later(
            "A unit counts by its part of the province's own number of dossiers, never of the sum "
            "of the units at hand: what these leave of it stands as units not loaded, at the rate "
            "that makes the sums agree. A late dossier is lost on time and in satisfaction, so a "
            "change of one carries the other by the same number of dossiers unless a scenario "
            "sets both, and its effort is counted once. Where a scenario sets both, each goes its "
            "own way."
        ),
    ),
    (
        later("What was not published"),
        later(
            "Unpublished unit rates start at the province's rate and move as little as possible, "
            "each by the spread that 163 units of Phú Thọ show, until the published rates, the "
            "province's rates and the published scores of units all hold. Volumes are assumed "
            "from Phú Thọ and the number of communes. Everything estimated carries ≈ and an 80 % "
            "range, found by solving again with drawn starts and volumes."
        ),
    ),
    (
        later("Year-to-date"),
        later(
            "The board counts from 1 January, so what is done drags on what will be done: the "
            "rate on a date is the average of the rate so far and the rate on new dossiers, "
            "weighted by their volumes. Dossiers are taken to come evenly over the days of the "
            "year unless the dataset has a monthly profile. “If it held today” asks what the "
            "score would be if the year-to-date rates were those of the scenario; a date asks "
            "what new dossiers at those rates make of the year-to-date by then."
        ),
    ),
    (
        later("The other provinces and the rank"),
        later(
            "With a full board the other provinces start where they stand and move at the pace "
            "and with the noise of their own history. Without one (63 provinces, until 2025) "
            "their scores are drawn from the average shape of full boards, placed by published "
            "scores, ranks and means. Standing still therefore means falling back while the "
            "others improve. The noise is drawn once, so a rank never flickers when a lever "
            "moves."
        ),
    ),
    (
        later("How sure it is"),
        later(
            "The 80 % ranges contain what is not known today (unpublished points, rates and "
            "volumes), how the own pace may stray from the plan (3.3 points if the whole year "
            "were new dossiers, from the moves of 34 provinces in September 2026), and how the "
            "others move."
        ),
    ),
]
