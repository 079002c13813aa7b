namespace EdgeStream.Storage;

/// <summary>The door to the disk: everything the storage engine asks of a file system, and nothing else.</summary>
/// <remarks>
/// Names become durable with the call that makes or removes them. Thread-safe. Every failure is an
/// <see cref="IOException"/>; a full disk is <see cref="DiskFullException"/>.
/// </remarks>
public interface IDisk
{
    /// <summary>Opens an existing file for reading and writing.</summary>
    IDiskFile Open(string path);

    /// <summary>Makes a file of exactly this size, all zeros, its blocks reserved, its name and size durable.</summary>
    /// <exception cref="DiskFullException">There is no room; no file is left behind.</exception>
    IDiskFile Create(string path, long sizeBytes);

    /// <summary>Reads a whole small file; null if there is none.</summary>
    byte[]? TryRead(string path);

    /// <summary>Writes a whole small file so that a power cut leaves either the old or the new content.</summary>
    void Replace(string path, ReadOnlySpan<byte> content);

    /// <summary>Removes a file if it exists. Regions already mapped stay readable.</summary>
    void Delete(string path);

    /// <summary>
    /// Gives a file another name in the same folder; a file that has it is replaced in the same step.
    /// </summary>
    void Rename(string path, string newPath);

    /// <summary>
    /// The names (without folder) of the files in a folder, in ordinal order; the folder is made if missing.
    /// </summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>How much room the file system under a folder has.</summary>
    DiskRoom RoomOf(string folder);
}
