/// The time axis that curves share: from 0 to the last follow-up, or to the horizon asked for.
enum TimeAxis {
    /// - Throws: `FigureError.invalidValue` unless the horizon is a positive number.
    static func check(_ horizon: Double?) throws {
        if let horizon, !(horizon > 0 && horizon.isFinite) {
            throw FigureError.invalidValue("the horizon is \(horizon); a time axis ends at a time above 0")
        }
    }

    static func axis(last: Double, horizon: Double?, unit: String?, width: Figure.Width) -> Axis {
        let title = "Time" + (unit.map { " (\($0))" } ?? "")
        let count = width.rawValue < 70 ? 5 : width.isNarrow ? 7 : 11
        if let horizon {
            return Axis(title: title, range: 0...horizon, ticks: Ticks.time(upTo: horizon, unit: unit, count: count))
        }
        let end = last > 0 ? last : 1
        // A tick just beyond the last follow-up is worth the little room it takes.
        let ticks = Ticks.time(upTo: end * 1.04, unit: unit, count: count)
        return Axis(title: title, range: 0...max(end * 1.01, ticks.last?.position ?? 0), ticks: ticks)
    }

    /// A point of a step function: from `time` on it has the value of its row, nil before the first.
    struct Corner {
        var time: Double
        var row: Int?
    }

    /// More points than this are thinned.
    static let most = 4000
    /// Points nearer than this on paper, in millimetres, are drawn as the last of them.
    private static let resolution = 0.02

    /// Where a step function with values from each of `times` on has its corners, up to the horizon; one at the horizon
    /// itself when the function goes on. The time before the first of `times` has no corner.
    static func corners(_ times: [Double], horizon: Double?, in panel: Panel) -> [Corner] {
        let end = horizon ?? .infinity
        var rows = times.indices.filter { times[$0] <= end }
        if rows.count > most {
            func place(_ row: Int) -> Int {
                Int(panel.x.fraction(times[row]) * panel.area.width / resolution)
            }
            rows = rows.enumerated().filter { index, row in
                index == rows.count - 1 || place(row) != place(rows[index + 1])
            }.map(\.element)
        }
        var corners = rows.map { Corner(time: times[$0], row: $0) }
        if let last = times.last, last > end, corners.last?.time != end {
            corners.append(Corner(time: end, row: rows.last))
        }
        return corners
    }
}
