import Foundation

/// The files of patch features in a folder, sorted by name.
struct PatchFolder {
    struct Entry {
        var name: String
        var stem: String
        var format: PatchFile.Format
    }

    /// As given, or with the folder of CLAM's that was found in it.
    let folder: String
    let entries: [Entry]
    /// Tensors left out since their slides have an HDF5 file too.
    let doubles: [String]
    /// Folders beside it with slides that it lacks, each with their names.
    let neighbours: [(folder: String, slides: [String])]

    func path(of entry: Entry) -> String { (folder as NSString).appendingPathComponent(entry.name) }

    /// - Throws: `ModalityError` when there is no such folder or no file of either format.
    init(path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw ModalityError.noFolder(path, nearest: nearestFiles(to: path))
        }
        // CLAM writes its features into two such folders, side by side.
        let candidates = [path] + ["h5_files", "pt_files"].map { (path as NSString).appendingPathComponent($0) }
        for (place, folder) in candidates.enumerated() {
            let all = try Self.entries(in: folder)
            guard !all.isEmpty else { continue }
            let hdf5 = Set(all.filter { $0.format == .hdf5 }.map(\.stem))
            let doubled = all.filter { $0.format == .tensor && hdf5.contains($0.stem) }.map(\.name)
            self.folder = folder
            entries = all.filter { !doubled.contains($0.name) }
            doubles = doubled
            let known = Set(all.map(\.stem))
            neighbours = try candidates[(place + 1)...].compactMap { other in
                let slides = try Self.entries(in: other).map(\.stem).filter { !known.contains($0) }
                return slides.isEmpty ? nil : (other, slides)
            }
            return
        }
        throw ModalityError.noPatchFiles(path)
    }

    /// None where there is no such folder.
    private static func entries(in folder: String) throws -> [Entry] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ModalityError.unreadableFolder(folder)
        }
        return names.sorted().compactMap { name in
            if name.hasPrefix(".") { return nil }
            let url = URL(fileURLWithPath: name)
            let stem = String(name.dropLast(url.pathExtension.count + 1))
            switch url.pathExtension.lowercased() {
            case "h5": return Entry(name: name, stem: stem, format: .hdf5)
            case "pt": return Entry(name: name, stem: stem, format: .tensor)
            default: return nil
            }
        }
    }
}
