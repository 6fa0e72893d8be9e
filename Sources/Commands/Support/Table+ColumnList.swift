import Cohorts
import CommandLanguage
import Results

extension Table {
    /// A line per column: its type, how many values are missing, how many distinct, and which they are.
    func columnList(width: Int) -> String {
        var text = TextTable([
            .text("column"), .text("type"), .number("missing"), .number("distinct"), .text("values"),
        ])
        for name in names {
            guard let column = self[name] else { continue }
            let summary = CohortSummary.ColumnSummary(name, column)
            text.add([
                name, summary.isNumeric ? "number" : "label", String(summary.missing), String(summary.distinct),
                column.digest,
            ])
        }
        return text.text(width: width)
    }
}
