using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Tests.Config;

/// <summary>Every key of the schema with its path.</summary>
internal static class SchemaWalk
{
    public static IEnumerable<(string Path, SchemaScalar Scalar)> Scalars() =>
        Nodes(ConfigKeys.Root, "").Where(node => node.Node is SchemaScalar)
            .Select(node => (node.Path, (SchemaScalar)node.Node));

    public static IEnumerable<(string Path, SchemaNode Node)> Nodes(SchemaSection section, string prefix)
    {
        foreach (var child in section.Children)
        {
            var path = prefix + child.Name;
            yield return (path, child);
            var inner = child switch
            {
                SchemaSection nested => Nodes(nested, path + "."),
                SchemaList list => Nodes(list.Item, path + "[]."),
                _ => [],
            };
            foreach (var node in inner)
            {
                yield return node;
            }
        }
    }
}
