using System.Text.RegularExpressions;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>What a publish of the native binary gives.</summary>
/// <param name="Framework">The target framework and runtime identifier.</param>
/// <param name="SizeBytes">The binary's size.</param>
/// <param name="WarningCount">Trim and AOT warnings in its log.</param>
internal sealed partial record NativePublish(string Framework, long SizeBytes, int WarningCount)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    /// <summary>Publishes unless the binary in <c>artifacts/native/</c> is up to date, and reads its log.</summary>
    public static async Task<NativePublish> RunAsync()
    {
        Console.WriteLine("  publishing, unless the binary is up to date");
        var script = RepositoryFolder.Combine("tests", "publish-native.sh");
        (await Command.RunAsync("bash", [script], deadline: Deadline)).OrThrow();
        var folder = RepositoryFolder.Combine("artifacts", "native");
        var log = await File.ReadAllTextAsync(Path.Combine(folder, "publish.log"));
        return new NativePublish(
            (await File.ReadAllTextAsync(Path.Combine(folder, "framework"))).Trim(),
            new FileInfo(Path.Combine(folder, "edgestream")).Length,
            Warning().Matches(log).Select(match => match.Value).Distinct().Count());
    }

    [GeneratedRegex(@"(warning|error) IL\d{4}.*")]
    private static partial Regex Warning();
}
