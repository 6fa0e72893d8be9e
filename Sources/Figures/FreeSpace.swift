import Foundation

/// Keeps track of where a plotting area is covered, to find room for a legend or a note.
///
/// A grid of half millimetres; lengths are millimetres from the area's lower left corner.
struct FreeSpace {
    enum Corner {
        case topRight, bottomLeft, topLeft, bottomRight
    }

    private static let cell = 0.5
    private let width: Double
    private let height: Double
    private let columns: Int
    private let rows: Int
    private var covered: [Bool]

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
        columns = max(1, Int((width / Self.cell).rounded(.up)))
        rows = max(1, Int((height / Self.cell).rounded(.up)))
        covered = Array(repeating: false, count: columns * rows)
    }

    /// Marks a rectangle, given by two opposite corners, and `room` around it.
    mutating func cover(x: ClosedRange<Double>, y: ClosedRange<Double>, room: Double) {
        let first = (Int(max(0, x.lowerBound - room) / Self.cell), Int(max(0, y.lowerBound - room) / Self.cell))
        let last = (
            min(columns - 1, Int(max(-1, x.upperBound + room) / Self.cell)),
            min(rows - 1, Int(max(-1, y.upperBound + room) / Self.cell))
        )
        guard first.0 <= last.0, first.1 <= last.1 else { return }
        for row in first.1...last.1 {
            for column in first.0...last.0 { covered[row * columns + column] = true }
        }
    }

    /// Marks a straight line and `room` around it.
    mutating func cover(from start: (x: Double, y: Double), to end: (x: Double, y: Double), room: Double) {
        let steps = max(1, Int((max(abs(end.x - start.x), abs(end.y - start.y)) / Self.cell).rounded(.up)))
        guard steps < 100_000 else { return }
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            let (x, y) = (start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
            cover(x: x...x, y: y...y, room: room)
        }
    }

    /// The lower left corner of a free rectangle nearest to one of the `corners`, the earlier preferred; nil when there
    /// is none.
    func place(width needed: Double, height neededHeight: Double, corners: [Corner], inset: Double)
        -> (x: Double, y: Double)?
    {
        let sums = summedArea()
        let span = (Int((needed / Self.cell).rounded(.up)), Int((neededHeight / Self.cell).rounded(.up)))
        let margin = Int((inset / Self.cell).rounded(.up))
        guard columns - margin - span.0 >= margin, rows - margin - span.1 >= margin else { return nil }
        var best: (cost: Double, x: Double, y: Double)?
        for row in margin...(rows - margin - span.1) {
            for column in margin...(columns - margin - span.0) {
                let taken =
                    sums[(row + span.1) * (columns + 1) + column + span.0] - sums[row * (columns + 1) + column + span.0]
                    - sums[(row + span.1) * (columns + 1) + column] + sums[row * (columns + 1) + column]
                guard taken == 0 else { continue }
                let (left, below) = (Double(column - margin), Double(row - margin))
                let right = Double(columns - margin - span.0 - column)
                let above = Double(rows - margin - span.1 - row)
                for (rank, corner) in corners.enumerated() {
                    let distance =
                        switch corner {
                        case .topRight: hypot(right, above)
                        case .bottomLeft: hypot(left, below)
                        case .topLeft: hypot(left, above)
                        case .bottomRight: hypot(right, below)
                        }
                    let cost = distance + Double(rank) * 12
                    if best.map({ cost < $0.cost }) ?? true {
                        best = (cost, Double(column) * Self.cell, Double(row) * Self.cell)
                    }
                }
            }
        }
        return best.map { ($0.x, $0.y) }
    }

    private func summedArea() -> [Int] {
        var sums = Array(repeating: 0, count: (columns + 1) * (rows + 1))
        for row in 0..<rows {
            var line = 0
            for column in 0..<columns {
                line += covered[row * columns + column] ? 1 : 0
                sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1] + line
            }
        }
        return sums
    }
}

extension FreeSpace {
    /// What the series of `panel` cover.
    init(of panel: Panel) {
        self.init(width: panel.area.width, height: panel.area.height)
        for series in panel.series { cover(series, in: panel) }
    }

    private mutating func cover(_ series: Series, in panel: Panel) {
        func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            (panel.x.fraction(x) * panel.area.width, panel.y.fraction(y) * panel.area.height)
        }
        let rows = series.drawnRows
        switch series.mark {
        case .points(_, let size):
            for row in rows {
                let point = place(row[0], row[1])
                cover(x: point.x...point.x, y: point.y...point.y, room: 0.6 + size * 0.18)
            }
        case .strokes(let height, _):
            for row in rows {
                let point = place(row[0], row[1])
                cover(x: point.x...point.x, y: (point.y - height / 2)...(point.y + height / 2), room: 0.5)
            }
        case .tiles:
            for row in rows {
                let (low, high) = (place(row[0], row[2]), place(row[1], row[3]))
                guard low.x <= high.x, low.y <= high.y else { continue }
                cover(x: low.x...high.x, y: low.y...high.y, room: 0.4)
            }
        case .segments:
            for row in rows { cover(from: place(row[0], row[1]), to: place(row[2], row[3]), room: 0.6) }
        case .line, .steps:
            let isStep = if case .steps = series.mark { true } else { false }
            for (row, next) in zip(rows, rows.dropFirst()) where !row.isEmpty && !next.isEmpty {
                let corner = isStep ? place(next[0], row[1]) : place(row[0], row[1])
                if isStep { cover(from: place(row[0], row[1]), to: corner, room: 0.8) }
                cover(from: corner, to: place(next[0], next[1]), room: 0.8)
            }
        case .band, .stepBand:
            for (row, next) in zip(rows, rows.dropFirst()) where !row.isEmpty && !next.isEmpty {
                let (low, high) = (place(row[0], min(row[1], next[1])), place(next[0], max(row[2], next[2])))
                guard low.x <= high.x, low.y <= high.y else { continue }
                cover(x: low.x...high.x, y: low.y...high.y, room: 0.4)
            }
        }
    }
}
