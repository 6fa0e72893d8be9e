import Foundation

/// One fold as a file names it.
struct SplitFile {
    let path: String
    let training: [String]
    let heldOut: [String]
    /// Patients of `val` where `test` is the part held out.
    let unused: [String]

    /// All `splits_<number>.csv` of a folder, in the order of the numbers.
    static func all(in folder: String) throws -> [SplitFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw FoldError.noFolder(folder, nearest: nearestFiles(to: folder))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let numbered = names.compactMap { name -> (number: Int, name: String)? in
            guard name.hasPrefix("splits_"), name.hasSuffix(".csv") else { return nil }
            return Int(name.dropFirst("splits_".count).dropLast(".csv".count)).map { ($0, name) }
        }
        guard !numbered.isEmpty else { throw FoldError.noSplitFiles(folder) }
        return try numbered.sorted { $0.number < $1.number }.map {
            try SplitFile(path: (folder as NSString).appendingPathComponent($0.name))
        }
    }

    private init(path: String) throws {
        let file = try DelimitedFile(path: path)
        let names = file.columnNames
        func entries(_ name: String) -> [String]? {
            names.firstIndex(of: name).map { file.texts($0).compactMap { $0 } }
        }
        let shown = names.filter { !$0.isEmpty }
        guard let training = entries("train") else { throw FoldError.noColumn(path, name: "train", columns: shown) }
        let (test, validation) = (entries("test"), entries("val"))
        guard let heldOut = test ?? validation else {
            throw FoldError.noColumn(path, name: "val", columns: shown)
        }
        self.path = path
        self.training = training
        self.heldOut = heldOut
        unused = test == nil ? [] : validation ?? []
    }
}
