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
            // systemd lists several folders with colons in between; the first is ours.
            return stateDirectory.Split(':')[0];
        }

        return IsWritable(SystemFolder) ? SystemFolder : Path.Combine(Environment.CurrentDirectory, "edgestream-data");
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
