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
            "Every component of the province has an estimate: a prior from other provinces of the "
            "same time, then thousands of joint draws given all that is published about it: group "
            "points, total, rank, its other components and its units. Unpublished rates of units "
            "start at what is typical of their level and move as little as possible until the "
            "published rates, the province's rates and the published scores of units all hold. "
            "What is typical, and how components go together, is learnt from the 163 units of Phú "
            "Thọ in 2026; that it holds for another province and year is an assumption, and so "
            "are volumes from Phú Thọ and the number of communes. Everything estimated carries ≈ "
            "and an 80% range."
        ),
    ),
    (
        later("Year-to-date"),
        later(
            "The board counts from 1 January, so what is done drags on what will be done: the "
            "rate on a date is the average of the rate so far and the rate on new dossiers, "
            "weighted by their volumes. Dossiers are taken to come evenly over the days of the "
            "year unless the dataset has a monthly profile. “If achieved now” asks what the "
            "score would be if the year-to-date rates were those of the scenario; a date asks "
            "what new dossiers at those rates make of the year-to-date by then."
        ),
    ),
    (
        later("The other provinces and the rank"),
        later(
            "What is missing to 100 points shrinks: a province at S stands at 100 − (100 − S) × k "
            "later, k from the field's pace, its own pace and recounts; nobody passes 100. The "
            "same law holds for the own province, after the scenario's effect, so no gain counts "
            "twice. With a full board the others start where they stand; without one (63 "
            "provinces, until 2025) their scores are drawn from the average shape of full boards, "
            "placed by published scores, ranks and means. The noise is drawn once, so a rank never "
            "flickers when a lever moves."
        ),
    ),
    (
        later("Two lines"),
        later(
            "“Like the others” leads: the own province improves as the field does. “Own rates "
            "stay” is no forecast but a warning: the rates are kept while the others go on to "
            "improve. A scenario's effect is always shown against the same line without it on the "
            "same date."
        ),
    ),
    (
        later("How sure it is"),
        later(
            "The 80% ranges contain what is not known today (unpublished points, rates and "
            "volumes) and how all provinces move, the own one by the same pace and noise as the "
            "others. A recount of one province comes in one day (about 0.25 points, now and then "
            "far more), one of all grows with the root of the days; leads are forgotten in one "
            "year with 34 provinces and in two with 63. These were settled on the boards of 17 to "
            "30 September 2026 and the means of 2023 to 2026; the backtests say how well it holds."
        ),
    ),
]
