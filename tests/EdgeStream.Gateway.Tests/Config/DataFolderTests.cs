using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Config;

/// <summary>Where a command that only looks finds the data.</summary>
public sealed class DataFolderTests
{
    [Fact]
    public void Data_is_looked_for_where_it_is_and_not_where_this_user_may_write()
    {
        using var folder = new TemporaryFolder("data");
        var system = folder.Combine("system");
        var working = folder.Combine("working");
        Assert.Equal(system, DataFolder.ToRead(null, system, working));
        Directory.CreateDirectory(working);
        Assert.Equal(system, DataFolder.ToRead("", system, working));
        Directory.CreateDirectory(Path.Combine(working, "streams"));
        Assert.Equal(working, DataFolder.ToRead(null, system, working));
        Directory.CreateDirectory(Path.Combine(system, "streams"));
        Assert.Equal(system, DataFolder.ToRead(null, system, working));
        Assert.Equal("/state", DataFolder.ToRead("/state:/other", system, working));
    }
}
