import CommandLanguage
import Results

/// A table of the language: what `table` begins and `row` fills, and what the verbs on tables give.
struct TableObject: Tabular {
    static let typeName = "table"

    private(set) var titles: [String]
    private(set) var rowCount: Int
    private var cells: [Cells]
    /// Whether all of a long or wide table is printed, rather than its beginning.
    var isShownWhole = false

    /// One column. A column of numbers or of labels is kept as such; booleans, lists and mixtures as values.
    fileprivate enum Cells {
        case column(Column)
        case values([Value])
    }

    /// - Precondition: no two titles are the same.
    init(titles: [String]) {
        self.titles = titles
        rowCount = 0
        cells = titles.map { _ in .column(.numbers([])) }
    }

    init(_ table: Table) {
        titles = table.names
        rowCount = table.rowCount
        cells = table.names.compactMap { name in table[name].map(Cells.column) }
    }

    /// - Precondition: one value per column.
    mutating func append(_ row: [Value]) {
        precondition(row.count == titles.count, "\(row.count) values for \(titles.count) columns")
        for (index, value) in row.enumerated() { cells[index].append(value) }
        rowCount += 1
    }

    func isNumeric(_ column: Int) -> Bool {
        if case .column(.numbers) = cells[column] { true } else { false }
    }

    func value(_ row: Int, _ column: Int) -> Value { cells[column][row] }

    /// Infinite numbers among the cells.
    var infiniteCount: Int {
        titles.indices.reduce(0) { count, column in
            count
                + (0..<rowCount).count {
                    if case .number(let number) = value($0, column) { number.isInfinite } else { false }
                }
        }
    }

    /// Values that are neither numbers nor labels become labels.
    var asTable: Table {
        var table = Table(rowCount: rowCount)
        for (title, cells) in zip(titles, cells) {
            switch cells {
            case .column(let column): table[title] = column
            case .values(let values): table[title] = .labels(values.map(\.label))
            }
        }
        return table
    }

    func text(width: Int) -> String { TableText(self, width: width).text }

    func describe(width: Int) -> String {
        "table of \(counted(rowCount, "row"))\n\n" + asTable.columnList(width: width)
    }

    /// An object per row.
    var json: JSON {
        .object([
            ("columns", .strings(titles)),
            (
                "rows",
                .array(
                    (0..<rowCount).map { row in
                        .object(titles.indices.map { (titles[$0], value(row, $0).json) })
                    })
            ),
        ])
    }
}

extension TableObject.Cells {
    fileprivate var count: Int {
        switch self {
        case .column(let column): column.count
        case .values(let values): values.count
        }
    }

    fileprivate subscript(row: Int) -> Value {
        switch self {
        case .column(.numbers(let numbers)): numbers[row].isNaN ? .missing : .number(numbers[row])
        case .column(.labels(let labels)): labels[row].map(Value.string) ?? .missing
        case .values(let values): values[row]
        }
    }

    fileprivate mutating func append(_ value: Value) {
        switch (self, value) {
        case (.column(.numbers(var numbers)), .number(let number)):
            self = .values([])
            numbers.append(number)
            self = .column(.numbers(numbers))
        case (.column(.numbers(var numbers)), .missing):
            self = .values([])
            numbers.append(.nan)
            self = .column(.numbers(numbers))
        case (.column(.labels(var labels)), .string(let label)):
            self = .values([])
            labels.append(label)
            self = .column(.labels(labels))
        case (.column(.labels(var labels)), .missing):
            self = .values([])
            labels.append(nil)
            self = .column(.labels(labels))
        case (.column(.numbers(let numbers)), .string(let label)) where numbers.allSatisfy(\.isNaN):
            self = .column(.labels(numbers.map { _ in nil } + [label]))
        case (.column, _): self = .values((0..<count).map { self[$0] } + [value])
        case (.values(var values), _):
            self = .values([])
            values.append(value)
            self = .values(values)
        }
    }
}
