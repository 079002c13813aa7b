namespace EdgeStream.Testing;

/// <summary>A folder of its own that is gone when the test is.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes the folder; the purpose becomes part of its name.</summary>
    public TemporaryFolder(string purpose = "test") =>
        Path = Directory.CreateTempSubdirectory($"edgestream-{purpose}-").FullName;

    public string Path { get; }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a folder in the folder and returns its path.</summary>
    public string MakeFolder(string name) => Directory.CreateDirectory(Combine(name)).FullName;

    /// <summary>Writes a text file in the folder and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = Combine(name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Deletes it, though what a test has just ended may still put something there for a moment.</summary>
    public void Dispose()
    {
        const int TriesMax = 1000;
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (wait.Count < TriesMax)
            {
                wait.SpinOnce();
            }
        }
    }
}
