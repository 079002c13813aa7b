namespace EdgeStream.Streams;

/// <summary>
/// Makes one process at a time the owner of a data folder: an exclusive lock on its file <c>lock</c>.
/// </summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>The name of the file in the data folder.</summary>
    public const string FileName = "lock";

    private const int ErrorWouldBlock = 11;
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock until it is disposed, or until the process ends.</summary>
    /// <exception cref="IOException">Another process has the folder open, or the folder cannot be written.</exception>
    public static FolderLock Take(string folder)
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
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(
                $"The data folder {folder} cannot be locked: {error.Message} "
                    + "It must belong to the user that runs this.",
                error);
        }
    }

    /// <summary>Whether another process has a data folder open; changes nothing in it.</summary>
    /// <exception cref="IOException">The lock cannot be read.</exception>
    public static bool IsTaken(string folder)
    {
        try
        {
            // A shared lock: it fails while somebody has the exclusive one.
            new FileStream(Path.Combine(folder, FileName), FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException error) when (error.HResult == ErrorWouldBlock)
        {
            return true;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"The data folder {folder} cannot be read: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
