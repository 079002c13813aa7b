using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Storage;

/// <summary>The real file system of a Linux machine.</summary>
public sealed class NativeDisk : IDisk
{
    private const string TemporarySuffix = ".tmp";
    private const int ZeroBlockSizeBytes = 1 << 20;

    /// <inheritdoc/>
    /// <remarks>
    /// Where the file system has gone read-only the file is opened for reading: what it holds stays readable, and every
    /// write to it fails.
    /// </remarks>
    public IDiskFile Open(string path)
    {
        try
        {
            return new NativeDiskFile(path, OpenHandle(path, FileMode.Open));
        }
        catch (IOException error) when (NativeMethods.IsReadOnly(error))
        {
            const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
            return new NativeDiskFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, Share));
        }
    }

    /// <inheritdoc/>
    public IDiskFile Create(string path, long sizeBytes)
    {
        var handle = OpenHandle(path, FileMode.CreateNew);
        try
        {
            if (!NativeMethods.TryAllocate(handle, sizeBytes, path))
            {
                WriteZeros(handle, sizeBytes);
            }

            NativeMethods.SyncData(handle, path);
            NativeMethods.SyncFolder(FolderOf(path));
            return new NativeDiskFile(path, handle);
        }
        catch (IOException error)
        {
            handle.Dispose();
            File.Delete(path);
            if (error is not DiskFullException && NativeMethods.IsDiskFull(error))
            {
                throw new DiskFullException($"No room for {path} ({sizeBytes} bytes): free some space.", error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
    }

    /// <inheritdoc/>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + TemporarySuffix;
        try
        {
            using (var handle = OpenHandle(temporary, FileMode.Create))
            {
                RandomAccess.Write(handle, content, 0);
                NativeMethods.SyncData(handle, temporary);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
        catch (IOException error)
        {
            File.Delete(temporary);
            if (NativeMethods.IsDiskFull(error))
            {
                throw new DiskFullException($"No room for {path}: free some space.", error);
            }

            throw;
        }

        NativeMethods.SyncFolder(FolderOf(path));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (File.Exists(path))
        {
            try
            {
                File.Delete(path);
            }
            catch (UnauthorizedAccessException error)
            {
                throw Denied(path, error);
            }

            NativeMethods.SyncFolder(FolderOf(path));
        }
    }

    /// <inheritdoc/>
    public void Rename(string path, string newPath)
    {
        try
        {
            File.Move(path, newPath, overwrite: true);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }

        NativeMethods.SyncFolder(FolderOf(newPath));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            EnsureFolder(folder);
            var names = Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).ToArray();
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(folder, error);
        }
    }

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder)
    {
        var drive = new DriveInfo(folder);
        return new DiskRoom(drive.AvailableFreeSpace, drive.TotalSize);
    }

    private static void EnsureFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            var parent = FolderOf(folder);
            EnsureFolder(parent);
            Directory.CreateDirectory(folder);
            NativeMethods.SyncFolder(parent);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static SafeFileHandle OpenHandle(string path, FileMode mode)
    {
        try
        {
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
        catch (IOException error) when (NativeMethods.IsDiskFull(error))
        {
            throw new DiskFullException($"No room for {path}: free some space.", error);
        }
    }

    private static IOException Denied(string path, UnauthorizedAccessException error) =>
        new($"{path} cannot be used: {error.Message} It must belong to the user that runs the gateway.", error);

    private static void WriteZeros(SafeFileHandle handle, long sizeBytes)
    {
        var zeros = new byte[ZeroBlockSizeBytes];
        for (long offset = 0; offset < sizeBytes; offset += zeros.Length)
        {
            var count = (int)Math.Min(zeros.Length, sizeBytes - offset);
            RandomAccess.Write(handle, zeros.AsSpan(0, count), offset);
        }
    }
}
