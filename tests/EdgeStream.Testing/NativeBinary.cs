namespace EdgeStream.Testing;

/// <summary>The published native gateway that end-to-end tests and benchmarks drive.</summary>
/// <remarks>
/// <c>EDGESTREAM_BINARY</c> names it; otherwise it is the one that <c>tests/publish-native.sh</c> left in
/// <c>artifacts/native/</c>.
/// </remarks>
public static class NativeBinary
{
    private const string Variable = "EDGESTREAM_BINARY";

    /// <summary>The full path of the executable.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says how to make it.</exception>
    public static string Path
    {
        get
        {
            var named = Environment.GetEnvironmentVariable(Variable);
            var path = string.IsNullOrEmpty(named)
                ? RepositoryFolder.Combine("artifacts", "native", "edgestream")
                : System.IO.Path.GetFullPath(named);
            return File.Exists(path)
                ? path
                : throw new InvalidOperationException(
                    $"There is no native binary at {path}: run tests/publish-native.sh, or name one in {Variable}.");
        }
    }
}
