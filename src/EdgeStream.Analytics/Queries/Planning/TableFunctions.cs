namespace EdgeStream.Analytics;

/// <summary>The table functions that a query may call over a cursor, by name.</summary>
/// <remarks>A function is added here by one line; it throws what <see cref="TableFunctionCall"/> helps to make for
/// arguments that it cannot take.</remarks>
internal static class TableFunctions
{
    private static readonly Dictionary<string, Func<TableFunctionCall, TableFunction>> Known =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["COUNT_DISTINCT_ITEMS_TUMBLING"] = DistinctItemsFunction.Make,
            ["GROUP_RANK"] = GroupRankFunction.Make,
            ["HOTSPOTS"] = HotspotsFunction.Make,
            ["RANDOM_CUT_FOREST"] = RandomCutForestFunction.Make,
            ["RANDOM_CUT_FOREST_WITH_EXPLANATION"] = RandomCutForestFunction.MakeExplained,
            ["TOP_K_ITEMS_TUMBLING"] = TopItemsFunction.Make,
        };

    public static IEnumerable<string> Names => Known.Keys.Order(StringComparer.Ordinal);

    public static bool TryFind(string name, out Func<TableFunctionCall, TableFunction>? make) =>
        Known.TryGetValue(name, out make);
}
