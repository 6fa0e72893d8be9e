import Foundation

extension SourceFile {
    /// Reads a script. Its name is the path as given.
    ///
    /// - Throws: `Problem` when there is no such file or it is not UTF-8.
    public convenience init(path: String) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        // By a handle, which reads pipes as well.
        guard exists, !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
            let reason =
                !exists ? "there is no such file" : isFolder.boolValue ? "it is a folder" : "permission is denied"
            throw Problem.unreadableFile(path, reason: reason)
        }
        let data: Data
        do {
            data = try handle.readToEnd() ?? Data()
        } catch {
            throw Problem.unreadableFile(path, reason: error.localizedDescription)
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Problem.unreadableFile(path, reason: "it is not UTF-8 text")
        }
        self.init(name: path, text: text, directory: (path as NSString).deletingLastPathComponent)
    }

    /// Reads the script that another includes; a relative path starts from the folder of that other.
    convenience init(including path: String, from file: SourceFile) throws {
        guard !path.hasPrefix("/"), let directory = file.directory, !directory.isEmpty else {
            try self.init(path: path)
            return
        }
        try self.init(path: ((directory as NSString).appendingPathComponent(path) as NSString).standardizingPath)
    }
}
