using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Reporting;

/// <summary>The committed page of results, generated from the result files.</summary>
internal static class ResultsPage
{
    private const string Name = "RESULTS.md";

    private const string Opening = """
        # Measured

        Generated from the result files of the last runs by
        `dotnet run -c Release --project tests/EdgeStream.Benchmarks -- report`; edit nothing here. Each table is of one
        command, which prints it again on your machine:
        `dotnet run -c Release --project tests/EdgeStream.Benchmarks -- <area>`.

        """;

    /// <summary>Writes the page and returns its path below the repository.</summary>
    /// <exception cref="InvalidOperationException">There is no result file.</exception>
    public static string Write()
    {
        var results = ResultFile.ReadAll();
        if (results.Count == 0)
        {
            throw new InvalidOperationException("There are no result files yet: run an area first.");
        }

        var page = new StringBuilder(Opening);
        foreach (var result in results)
        {
            page.Append("\n## ").Append(result.Area).Append("\n\n").Append(ResultTable.Format(result));
        }

        File.WriteAllText(RepositoryFolder.Combine("tests", "EdgeStream.Benchmarks", Name), page.ToString());
        return $"tests/EdgeStream.Benchmarks/{Name}";
    }
}
