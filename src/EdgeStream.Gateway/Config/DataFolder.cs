namespace EdgeStream.Gateway.Config;

/// <summary>Finds the data folder where nobody names one.</summary>
internal static class DataFolder
{
    private const string SystemFolder = "/var/lib/edgestream";

    /// <summary><c>$STATE_DIRECTORY</c> under systemd, else the system's folder if it can be written, else one in the
    /// working folder.</summary>
    public static string Default()
    {
        var stateDirectory = Environment.GetEnvironmentVariable("STATE_DIRECTORY");
        if (!string.IsNullOrEmpty(stateDirectory))
        {
            return FirstOf(stateDirectory);
        }

        return IsWritable(SystemFolder) ? SystemFolder : InWorkingFolder();
    }

    /// <summary>Where a command that only looks finds the data of a gateway that nobody named a folder for.</summary>
    public static string ToRead() =>
        ToRead(Environment.GetEnvironmentVariable("STATE_DIRECTORY"), SystemFolder, InWorkingFolder());

    /// <summary>
    /// The state directory if there is one, else the first folder that holds data, else the system's: whether this user
    /// may write there says nothing about where the gateway's user did.
    /// </summary>
    internal static string ToRead(string? stateDirectory, string systemFolder, string workingFolder)
    {
        if (!string.IsNullOrEmpty(stateDirectory))
        {
            return FirstOf(stateDirectory);
        }

        return !HoldsData(systemFolder) && HoldsData(workingFolder) ? workingFolder : systemFolder;
    }

    /// <summary>systemd lists several folders with colons in between; the first is ours.</summary>
    private static string FirstOf(string stateDirectory) => stateDirectory.Split(':')[0];

    private static string InWorkingFolder() => Path.Combine(Environment.CurrentDirectory, "edgestream-data");

    /// <summary>One that may not be read is taken for one that does: the error that follows says why not.</summary>
    private static bool HoldsData(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static bool IsWritable(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return false;
        }

        try
        {
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            File.Create(probe).Dispose();
            File.Delete(probe);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
