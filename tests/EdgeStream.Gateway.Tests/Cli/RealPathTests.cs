using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>Where a command that only looks finds the data.</summary>
public sealed class RealPathTests
{
    [Fact]
    public void Links_anywhere_on_the_way_are_followed()
    {
        using var folder = new TemporaryFolder("real");
        var inner = Directory.CreateDirectory(Path.Combine(folder.MakeFolder("data"), "inner")).FullName;
        Directory.CreateSymbolicLink(folder.Combine("absolute"), folder.Combine("data"));
        Directory.CreateSymbolicLink(folder.Combine("relative"), "./absolute/../absolute");
        Assert.Equal(inner, RealPath.Of(folder.Combine("absolute/inner/")));
        Assert.Equal(inner, RealPath.Of(folder.Combine("relative/inner")));
        Assert.Equal(inner, RealPath.Of(inner));
        Assert.Equal(folder.Combine("none/there"), RealPath.Of(folder.Combine("none/there")));
    }

    [Fact]
    public void A_circle_of_links_is_an_error()
    {
        using var folder = new TemporaryFolder("real");
        Directory.CreateSymbolicLink(folder.Combine("one"), folder.Combine("two"));
        Directory.CreateSymbolicLink(folder.Combine("two"), folder.Combine("one"));
        Assert.Throws<IOException>(() => RealPath.Of(folder.Combine("one")));
    }

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
