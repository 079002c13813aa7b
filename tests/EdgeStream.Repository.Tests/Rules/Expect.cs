namespace EdgeStream.Repository.Tests.Rules;

/// <summary>Assertions over the violations that a rule found.</summary>
internal static class Expect
{
    public static void None(IEnumerable<string> violations)
    {
        List<string> found = [.. violations];
        if (found.Count > 0)
        {
            Assert.Fail($"{found.Count} violation(s):\n" + string.Join('\n', found));
        }
    }

    /// <summary>A canary: the sample must yield exactly one violation, and its text must name what is wrong.</summary>
    public static void One(IEnumerable<string> violations, string naming) =>
        Assert.Contains(naming, Assert.Single(violations), StringComparison.Ordinal);
}
