namespace EdgeStream.Streams;

/// <summary>
/// Makes one process at a time the owner of a data folder: an exclusive lock on its file <c>lock</c>.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string FileName = "lock";
    private const int ErrorWouldBlock = 11;
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process has the folder open, or the folder cannot be written.</exception>
    internal static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error.HResult == ErrorWouldBlock)
        {
            throw new IOException(
                $"The data folder {folder} is in use by another process: stop it, or choose another folder.", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
