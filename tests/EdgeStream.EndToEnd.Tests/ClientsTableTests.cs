using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

public sealed class ClientsTableTests
{
    [Fact]
    public void The_table_of_clients_says_what_is_run()
    {
        var readme = File.ReadAllText(RepositoryFolder.Combine("src", "EdgeStream.Mqtt", "README.md"));
        Assert.Contains(ClientMatrix.Table(), readme, StringComparison.Ordinal);
    }
}
