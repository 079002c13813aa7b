namespace EdgeStream.Gateway.Composition;

/// <summary>What tells that a file has changed, also when a link on its way points elsewhere.</summary>
internal readonly record struct FileStamp(string Path, DateTime ChangedAt, long SizeBytes)
{
    /// <summary>The stamp of a file now; one of its own where there is none.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists
                ? new FileStamp(target.FullName, target.LastWriteTimeUtc, target.Length)
                : new FileStamp(path, default, -1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new FileStamp(path, default, -1);
        }
    }
}
