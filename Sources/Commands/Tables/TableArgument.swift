import CommandLanguage
import Results

extension Parameter {
    /// The first argument of the verbs on tables.
    static let tableArgument = Parameter.argument("x", .table, "whose rows")
}

extension Arguments {
    /// The table of `Parameter.tableArgument`.
    func table() -> Table {
        guard case .object(let object) = value("x"), let tabular = object as? any Tabular else {
            preconditionFailure("the parameter allows tables only")
        }
        return tabular.asTable
    }

    /// The classes of by=; one of all rows where it was left out.
    func classes(over table: Table) throws -> Classes {
        guard let formula = formula("by") else { return Classes(all: table.rowCount) }
        return try Classes(formula, over: TableColumns(table: table))
    }
}

extension KnownColumns {
    /// Of a verb whose result has the columns of its table, and perhaps more.
    static func kept(_ arguments: KnownArguments, adding names: [String] = []) -> KnownColumns {
        let columns = arguments.columns(of: "x")
        return KnownColumns(
            inFormulas: columns, ofResult: columns.map { columns in columns + names.filter { !columns.contains($0) } })
    }
}

extension Table {
    /// Adds a column at the end, its name followed by further `_` where the table has one of that name.
    mutating func add(_ column: Column, named name: String) {
        var name = name
        while self[name] != nil { name += "_" }
        self[name] = column
    }
}
