namespace EdgeStream.Testing;

/// <summary>The checkout that a test or benchmark was built from.</summary>
public static class RepositoryFolder
{
    private static readonly Lazy<string> Root = new(Find);

    /// <summary>The full path of a file or folder, from its parts below the repository's root.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Root.Value, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EdgeStream.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No EdgeStream.sln stands above {AppContext.BaseDirectory}.");
    }
}
