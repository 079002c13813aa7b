using System.Xml.Linq;

namespace EdgeStream.Repository.Tests.Rules;

/// <summary>Which room under src/ may reference which other; every edge not listed is forbidden.</summary>
internal static class LayeringRule
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new(StringComparer.Ordinal)
    {
        ["Gateway"] = ["Kinesis", "Analytics", "Delivery", "Devices", "Streams", "Storage", "Sql", "Mqtt"],
        ["Kinesis"] = ["Streams", "Delivery"],
        ["Analytics"] = ["Sql", "Streams"],
        ["Delivery"] = ["Sql", "Streams"],
        ["Devices"] = ["Streams"],
        ["Streams"] = ["Storage"],
        ["Storage"] = [],
        ["Sql"] = [],
        ["Mqtt"] = [],
    };

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile project in files.Where(file => file.IsUnder("src") && file.Extension == ".csproj"))
        {
            string room = RoomOf(project.Path);
            if (project.Path != $"src/EdgeStream.{room}/EdgeStream.{room}.csproj"
                || !AllowedReferences.TryGetValue(room, out string[]? allowed))
            {
                string rooms = string.Join(", ", AllowedReferences.Keys);
                yield return $"{project.Path}: not one of the design's rooms ({rooms}).";
                continue;
            }

            foreach (string target in ReferencedProjects(project).Where(target => !allowed.Contains(RoomOf(target))))
            {
                yield return $"{project.Path}: {room} may not reference {RoomOf(target)} ({target}).";
            }
        }
    }

    private static IEnumerable<string> ReferencedProjects(SourceFile project) =>
        XDocument.Parse(project.Text).Descendants()
            .Where(element => element.Name.LocalName == "ProjectReference")
            .Select(element => (string?)element.Attribute("Include") ?? "(no Include)");

    private static string RoomOf(string projectPath)
    {
        string stem = Path.GetFileNameWithoutExtension(projectPath.Replace('\\', '/'));
        return stem.StartsWith("EdgeStream.", StringComparison.Ordinal) ? stem["EdgeStream.".Length..] : stem;
    }
}
