"""Follows every link of the site and keeps nothing."""
import scrapy


class Peer(scrapy.Spider):
    name = "peer"

    def __init__(self, entry, **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [entry]

    def parse(self, response):
        for link in response.css("a::attr(href)").getall():
            yield response.follow(link, self.parse)
