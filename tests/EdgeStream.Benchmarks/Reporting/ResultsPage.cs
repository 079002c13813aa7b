using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Reporting;

/// <summary>The committed page of results, generated from the result files.</summary>
internal static class ResultsPage
{
    private const string Name = "RESULTS.md";
    private const string Heading = "\n## ";

    private const string Opening = """
        # Measured

        Generated from the result files of the last runs by
        `dotnet run -c Release --project tests/EdgeStream.Benchmarks -- report`; edit nothing here. Each table is of one
        command, which prints it again on your machine:
        `dotnet run -c Release --project tests/EdgeStream.Benchmarks -- <area>`. An area that did not run again keeps
        its table.

        """;

    /// <summary>Writes the page and returns its path below the repository.</summary>
    /// <remarks>An area without a result file keeps the table that the page has of it.</remarks>
    /// <exception cref="InvalidOperationException">There is no result file.</exception>
    public static string Write()
    {
        var results = ResultFile.ReadAll();
        if (results.Count == 0)
        {
            throw new InvalidOperationException("There are no result files yet: run an area first.");
        }

        var path = RepositoryFolder.Combine("tests", "EdgeStream.Benchmarks", Name);
        var sections = SectionsOf(File.Exists(path) ? File.ReadAllText(path) : "");
        foreach (var result in results)
        {
            sections[result.Area] = $"\n{ResultTable.Format(result)}";
        }

        var page = new StringBuilder(Opening);
        foreach (var (area, table) in sections)
        {
            page.Append(Heading).Append(area).Append('\n').Append(table);
        }

        File.WriteAllText(path, page.ToString());
        return $"tests/EdgeStream.Benchmarks/{Name}";
    }

    /// <summary>What stands below each heading, by the area that it names.</summary>
    private static SortedDictionary<string, string> SectionsOf(string page)
    {
        var sections = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in page.Split(Heading)[1..])
        {
            var end = section.IndexOf('\n');
            sections[section[..end]] = section[(end + 1)..];
        }

        return sections;
    }
}
